"""Turns Whisper's weights as CTranslate2 keeps them into one half of it as ONNX, which the runtime reads.

    whisper_onnx.py encoder|decoder MODEL.bin VOCABULARY RESULT.onnx

The encoder takes `mel` [1, 80, frames] and gives `cross` [12, frames / 2, 512]: keys and values of each
decoder layer's attention to the sound, so that they are computed once for a recording. The decoder runs
a tree of tokens in one go: `tokens` and `positions` [1, n], `mask` [n, before + n] (added to the weights of
attention: 0 where a token sees another, else very negative), `past` [12, before, 512] (keys and values of
tokens run before), `cross`, and `rows` [wanted], the tokens after which the next one is asked for. It gives
`logprobs` [1, wanted, words] and `present` [12, n, 512]. All numbers go in and out as 32-bit floats.

Weights of matrix products are rounded to 8 bits, symmetric, one scale for each output; the rest is kept. Of the words
those are kept that Mandarin is written with: Chinese characters and parts of them, their punctuation, digits, single
letters. The others, nine of ten, would cost half of the decoder's work. The decoder carries its words as metadata: one
a line, its bytes written as GPT-2 does, in the published order; after them come the tokens of CONTROLS. The result
depends on the input alone.
"""

import json
import struct
import sys
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

TYPES = [numpy.float32, numpy.int8, numpy.int16, numpy.int32, numpy.float16]
LAYERS = 6
WIDTH = 512
HEADS = 8
MELS = 80
TEXT_TOKENS = 50257
# End, start, Chinese, transcribe, said before, without times.
CONTROLS = [50257, 50258, 50260, 50359, 50361, 50363]
OPSET = 20
IR_VERSION = 9
MODEL_VERSION = 6
SPECIFICATION = "WhisperSpec"


def read_weights(path):
    """Arrays by name, from CTranslate2's own format (version 6)."""
    data = Path(path).read_bytes()
    place = 0

    def take(form):
        nonlocal place
        values = struct.unpack_from("<" + form, data, place)
        place += struct.calcsize("<" + form)
        return values if len(values) > 1 else values[0]

    def text():
        nonlocal place
        length = take("H")
        place += length
        return data[place - length:place].rstrip(b"\0").decode()

    version, specification, _ = take("I"), text(), take("I")
    if (version, specification) != (MODEL_VERSION, SPECIFICATION):
        raise SystemExit(f"not {SPECIFICATION} in version {MODEL_VERSION}")
    weights = {}
    for _ in range(take("I")):
        name, rank = text(), take("B")
        extent = [take("I") for _ in range(rank)]
        kind, size = take("B"), take("I")
        form = numpy.dtype(TYPES[kind])
        weights[name] = numpy.frombuffer(data, form, size // form.itemsize, place).reshape(extent)
        place += size
    for _ in range(take("I")):
        alias, name = text(), text()
        weights[alias] = weights[name]
    return weights


def byte_of_character():
    """GPT-2 writes a byte that is no printable character as one above 255."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    return {**{chr(byte): byte for byte in plain},
            **{chr(256 + place): byte for place, byte in enumerate(others)}}


def is_mandarin(token):
    """Whether Mandarin is written with the token's bytes."""
    if len(token) == 1:
        return True
    try:
        text = token.decode()
    except UnicodeDecodeError:
        # A part of a character: first bytes of U+3000 to U+9FFF, or any that follow.
        return all(0xE3 <= byte <= 0xE9 or 0x80 <= byte <= 0xBF for byte in token)
    if text.strip().isascii() and text.strip().isalpha():
        return len(text.strip()) == 1
    return all(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u3011" or "\uff01" <= c <= "\uff1f"
        or (c.isascii() and not c.isalpha()) for c in text)


def read_vocabulary(path):
    """The numbers of the words that are kept, and the words, in order."""
    text = Path(path).read_text(encoding="utf-8")
    tokens = (json.loads(text) if path.endswith(".json") else text.split("\n"))[:TEXT_TOKENS]
    if len(tokens) < TEXT_TOKENS:
        raise SystemExit(f"{path} has {len(tokens)} tokens")
    codes = byte_of_character()
    kept = [
        number for number, token in enumerate(tokens) if is_mandarin(bytes(codes[c] for c in token))]
    return kept + CONTROLS, "\n".join(tokens[number] for number in kept)


class Graph:
    """Nodes and constants that are being put together."""

    def __init__(self, weights):
        self.weights = weights
        self.nodes = []
        self.constants = {}

    def constant(self, name, array):
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(numpy.ascontiguousarray(array), name)
        return name

    def integers(self, *values):
        name = "i" + "_".join(str(v).replace("-", "m") for v in values)
        return self.constant(name, numpy.array(values, numpy.int64))

    def exact(self, name):
        return self.constant(name, self.weights[name].astype(numpy.float32))

    def node(self, operator, inputs, outputs=1, **attributes):
        names = [f"n{len(self.nodes)}.{k}" for k in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def split(self, x, count, axis):
        return self.node("Split", [x], count, axis=axis, num_outputs=count)

    def rounded(self, name):
        """The names of a matrix in 8 bits and of its scales, one a row."""
        matrix = self.weights[name].astype(numpy.float32)
        scales = numpy.maximum(numpy.abs(matrix).max(1), numpy.float32(1e-12)) / numpy.float32(127)
        whole = numpy.clip(numpy.rint(matrix / scales[:, None]), -127, 127).astype(numpy.int8)
        return self.constant(name, whole), self.constant(name + ".scale", scales)

    def transposed(self, name):
        return self.node(
            "Transpose", [self.node("DequantizeLinear", [*self.rounded(name)], axis=0)], perm=[1, 0])

    def linear(self, x, name):
        product = self.node("MatMul", [x, self.transposed(name + "/weight")])
        return self.node("Add", [product, self.exact(name + "/bias")])

    def normalised(self, x, name):
        return self.node(
            "LayerNormalization", [x, self.exact(name + "/gamma"), self.exact(name + "/beta")],
            axis=-1, epsilon=1e-5)

    def attention(self, query, key, value, mask=None):
        """Of one row to another, both [1, length, WIDTH]."""
        split = self.integers(1, -1, HEADS, WIDTH // HEADS)

        def heads(x, order):
            return self.node("Transpose", [self.node("Reshape", [x, split])], perm=order)

        scale = self.constant("scale", numpy.array([(WIDTH // HEADS) ** -0.5], numpy.float32))
        query = self.node("Mul", [heads(query, [0, 2, 1, 3]), scale])
        share = self.node("MatMul", [query, heads(key, [0, 2, 3, 1])])
        if mask:
            share = self.node("Add", [share, mask])
        share = self.node("Softmax", [share], axis=-1)
        seen = self.node("MatMul", [share, heads(value, [0, 2, 1, 3])])
        joined = self.node("Transpose", [seen], perm=[0, 2, 1, 3])
        return self.node("Reshape", [joined, self.integers(1, -1, WIDTH)])

    def self_attention(self, x, layer, mask=None, past=None):
        """x with what it sees of itself added, then its own keys and values."""
        name = layer + "/self_attention"
        query, key, value = self.split(
            self.linear(self.normalised(x, name + "/layer_norm"), name + "/linear_0"), 3, 2)
        keys, values = key, value
        if past:
            keys = self.node("Concat", [past[0], key], axis=1)
            values = self.node("Concat", [past[1], value], axis=1)
        seen = self.linear(self.attention(query, keys, values, mask), name + "/linear_1")
        return self.node("Add", [x, seen]), key, value

    def feed_forward(self, x, layer):
        name = layer + "/ffn"
        inner = self.linear(self.normalised(x, name + "/layer_norm"), name + "/linear_0")
        return self.node("Add", [x, self.linear(self.node("Gelu", [inner]), name + "/linear_1")])

    def model(self, name, inputs, outputs):
        def value(name, extent):
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, extent)

        graph = helper.make_graph(
            self.nodes, name, [value(*i) for i in inputs], [value(*o) for o in outputs],
            list(self.constants.values()))
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
            producer_name="idv")
        onnx.checker.check_model(model)
        return model


def make_encoder(weights):
    graph = Graph(weights)
    x = "mel"
    for name, stride in (("encoder/conv1", 1), ("encoder/conv2", 2)):
        x = graph.node(
            "Conv", [x, graph.exact(name + "/weight"), graph.exact(name + "/bias")],
            kernel_shape=[3], pads=[1, 1], strides=[stride])
        x = graph.node("Gelu", [x])
    x = graph.node("Transpose", [x], perm=[0, 2, 1])
    length = graph.node(
        "Slice", [graph.node("Shape", [x]), graph.integers(1), graph.integers(2), graph.integers(0)])
    places = graph.node(
        "Slice", [graph.exact("encoder/position_encodings/encodings"), graph.integers(0), length,
                  graph.integers(0)])
    x = graph.node("Add", [x, places])
    for index in range(LAYERS):
        x, _, _ = graph.self_attention(x, f"encoder/layer_{index}")
        x = graph.feed_forward(x, f"encoder/layer_{index}")
    x = graph.normalised(x, "encoder/layer_norm")
    seen = []
    for index in range(LAYERS):
        seen += graph.split(graph.linear(x, f"decoder/layer_{index}/attention/linear_1"), 2, 2)
    graph.nodes.append(helper.make_node("Concat", seen, ["cross"], axis=0))
    return graph.model(
        "whisper-encoder", [("mel", [1, MELS, "frames"])], [("cross", [2 * LAYERS, "length", WIDTH])])


def make_decoder(weights, numbers, vocabulary):
    embeddings = "decoder/embeddings/weight"
    graph = Graph({**weights, embeddings: weights[embeddings][numbers]})
    tokens, positions, rows = (
        graph.node("Cast", [name], to=TensorProto.INT64) for name in ("tokens", "positions", "rows"))
    words, scales = graph.rounded(embeddings)
    x = graph.node("Mul", [
        graph.node("Cast", [graph.node("Gather", [words, tokens], axis=0)], to=TensorProto.FLOAT),
        graph.node(
            "Unsqueeze", [graph.node("Gather", [scales, tokens], axis=0), graph.integers(-1)]),
    ])
    places = graph.node(
        "Gather", [graph.exact("decoder/position_encodings/encodings"), positions], axis=0)
    x = graph.node("Add", [x, places])
    past = graph.split("past", 2 * LAYERS, 0)
    cross = graph.split("cross", 2 * LAYERS, 0)
    present = []
    for index in range(LAYERS):
        layer = f"decoder/layer_{index}"
        x, key, value = graph.self_attention(x, layer, "mask", past[2 * index:2 * index + 2])
        present += [key, value]
        name = layer + "/attention"
        query = graph.linear(graph.normalised(x, name + "/layer_norm"), name + "/linear_0")
        heard = graph.attention(query, cross[2 * index], cross[2 * index + 1])
        x = graph.node("Add", [x, graph.linear(heard, name + "/linear_2")])
        x = graph.feed_forward(x, layer)
    x = graph.normalised(graph.node("Gather", [x, rows], axis=1), "decoder/layer_norm")
    scores = graph.node("MatMul", [x, graph.transposed(embeddings)])
    graph.nodes.append(helper.make_node("LogSoftmax", [scores], ["logprobs"], axis=-1))
    graph.nodes.append(helper.make_node("Concat", present, ["present"], axis=0))
    model = graph.model(
        "whisper-decoder",
        [("tokens", [1, "n"]), ("positions", [1, "n"]), ("mask", ["n", "seen"]),
         ("past", [2 * LAYERS, "before", WIDTH]), ("cross", [2 * LAYERS, "length", WIDTH]),
         ("rows", ["wanted"])],
        [("logprobs", [1, "wanted", len(numbers)]),
         ("present", [2 * LAYERS, "n", WIDTH])])
    entry = model.metadata_props.add()
    entry.key, entry.value = "vocabulary", vocabulary
    return model


def main():
    part, source, vocabulary, result = sys.argv[1:]
    weights = read_weights(source)
    if part == "encoder":
        model = make_encoder(weights)
    else:
        model = make_decoder(weights, *read_vocabulary(vocabulary))
    Path(result).write_bytes(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
