"""Turns the speaker embedding CAM++ (3D-Speaker, Chinese and English) from its checkpoint into ONNX.

    campplus_onnx.py CHECKPOINT.pt RESULT.onnx

The checkpoint is a zip archive of a pickle and one file for each array; the pickle is read by an unpickler that knows
five names and refuses every other, so that nothing in it is run. The model takes `x` [1, frames, 80], filter-bank
energies less their mean, and gives `embedding` [1, 192]. The result depends on the input alone.
"""

import collections
import io
import pickle
import sys
import zipfile

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

KINDS = {"FloatStorage": numpy.float32, "LongStorage": numpy.int64, "HalfStorage": numpy.float16}
OPSET = 18
IR_VERSION = 9
BANDS = 80
# Layers and dilation of each dense block.
BLOCKS = [(12, 1), (24, 2), (16, 2)]
# Frames over which the context of a layer is averaged.
SEGMENT = 100
METADATA = {
    "framework": "3d-speaker",
    "language": "Chinese-English",
    "url": "https://modelscope.cn/models/iic/speech_campplus_sv_zh_en_16k-common_advanced",
    "comment": "CAM++ zh_en common advanced",
    "sample_rate": "16000",
    "output_dim": "192",
    "normalize_samples": "1",
    "feature_normalize_type": "global-mean",
}


def read_checkpoint(path):
    """Arrays by name."""
    archive = zipfile.ZipFile(path)
    root = archive.namelist()[0].split("/")[0]

    def tensor(storage, offset, size, stride, *_):
        kind, key = storage
        flat = numpy.frombuffer(archive.read(f"{root}/data/{key}"), kind)
        steps = [step * flat.itemsize for step in stride]
        return numpy.lib.stride_tricks.as_strided(flat[offset:], size, steps).copy()

    class Reader(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return collections.OrderedDict
            if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
                return tensor
            if module == "torch" and name in KINDS:
                return KINDS[name]
            raise SystemExit(f"the checkpoint asks for {module}.{name}")

        def persistent_load(self, saved):
            return saved[1], saved[2]

    return Reader(io.BytesIO(archive.read(root + "/data.pkl"))).load()


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

    def integers(self, name, *values):
        return self.constant(name, numpy.array(values, numpy.int64))

    def node(self, operator, inputs, **attributes):
        name = f"t{len(self.nodes) + 1}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def relu(self, x):
        return self.node("Relu", [x])

    def convolution(self, x, name, **attributes):
        inputs = [x]
        for part in (".weight", ".bias"):
            if name + part in self.weights:
                inputs.append(self.constant(name + part, self.weights[name + part]))
        return self.node("Conv", inputs, **attributes)

    def normalised(self, x, name):
        mean, variance = self.weights[name + ".running_mean"], self.weights[name + ".running_var"]
        gain = self.weights.get(name + ".weight", numpy.ones_like(mean))
        shift = self.weights.get(name + ".bias", numpy.zeros_like(mean))
        inputs = [x]
        for part, array in ((".g", gain), (".b", shift), (".m", mean), (".v", variance)):
            inputs.append(self.constant(name + part, array))
        return self.node("BatchNormalization", inputs, epsilon=1e-5)

    def residual(self, x, name, stride):
        first = self.convolution(x, name + ".conv1", pads=[1, 1, 1, 1], strides=[stride, 1])
        y = self.relu(self.normalised(first, name + ".bn1"))
        y = self.normalised(
            self.convolution(y, name + ".conv2", pads=[1, 1, 1, 1], strides=[1, 1]), name + ".bn2")
        if name + ".shortcut.0.weight" in self.weights:
            x = self.normalised(
                self.convolution(x, name + ".shortcut.0", strides=[stride, 1]), name + ".shortcut.1")
        return self.relu(self.node("Add", [y, x]))

    def head(self, x):
        """Two-dimensional convolutions over time and bands."""
        x = self.node("Transpose", [x], perm=[0, 2, 1])
        x = self.node("Unsqueeze", [x, self.integers("ax1", 1)])
        x = self.convolution(x, "head.conv1", pads=[1, 1, 1, 1], strides=[1, 1])
        x = self.relu(self.normalised(x, "head.bn1"))
        for layer in ("layer1", "layer2"):
            x = self.residual(x, f"head.{layer}.0", 2)
            x = self.residual(x, f"head.{layer}.1", 1)
        x = self.convolution(x, "head.conv2", pads=[1, 1, 1, 1], strides=[2, 1])
        x = self.relu(self.normalised(x, "head.bn2"))
        return self.node("Reshape", [x, self.integers("shp", 0, 320, -1)])

    def masked(self, x, name, dilation, segments):
        """A layer of a dense block: a convolution, weighed by its context."""
        y = self.convolution(
            self.relu(self.normalised(x, name + ".nonlinear1.batchnorm")), name + ".linear1")
        y = self.relu(self.normalised(y, name + ".nonlinear2.batchnorm"))
        layer = name + ".cam_layer"
        local = self.convolution(
            y, layer + ".linear_local", dilations=[dilation], pads=[dilation, dilation])
        mean = self.node("ReduceMean", [y, self.integers("axm1", -1)], keepdims=1)
        context = self.node("MatMul", [y, segments])
        context = self.convolution(self.node("Add", [context, mean]), layer + ".linear1")
        weight = self.node(
            "Sigmoid", [self.convolution(self.relu(context), layer + ".linear2")])
        return self.node("Concat", [x, self.node("Mul", [local, weight])], axis=1)

    def segments(self, length):
        """A matrix [frames, frames] that gives each frame the mean of its segment of SEGMENT frames, the last one
        being what is left. The published model pools and stretches instead, which is the same; the runtime
        does that wrongly for some lengths."""
        zero, one = (self.constant(f"n{v}", numpy.array(v, numpy.int64)) for v in (0, 1))
        frames = self.node("Squeeze", [length, self.integers("ax0", 0)])
        number = self.node(
            "Div", [self.node("Range", [zero, frames, one]),
                    self.constant("segment", numpy.array(SEGMENT, numpy.int64))])
        same = self.node("Equal", [
            self.node("Unsqueeze", [number, self.integers("ax0", 0)]),
            self.node("Unsqueeze", [number, self.integers("ax1", 1)])])
        same = self.node("Cast", [same], to=TensorProto.FLOAT)
        return self.node("Div", [
            same, self.node("ReduceSum", [same, self.integers("ax0", 0)], keepdims=1)])

    def statistics(self, x, length):
        """Mean and deviation over time."""
        mean = self.node("ReduceMean", [x, self.integers("axm1", -1)], keepdims=1)
        apart = self.node("Sub", [x, mean])
        square = self.node("Mul", [apart, apart])
        total = self.node("ReduceSum", [square, self.integers("axm1", -1)], keepdims=1)
        frames = self.node("Cast", [length], to=TensorProto.FLOAT)
        freedom = self.node(
            "Sub", [frames, self.constant("one", numpy.array([1], numpy.float32))])
        deviation = self.node("Sqrt", [self.node("Div", [total, freedom])])
        return self.node("Concat", [mean, deviation], axis=1)


def make_model(weights):
    graph = Graph(weights)
    x = graph.convolution(graph.head("x"), "xvector.tdnn.linear", strides=[2], pads=[2, 2])
    x = graph.relu(graph.normalised(x, "xvector.tdnn.nonlinear.batchnorm"))
    length = graph.node("Slice", [
        graph.node("Shape", [x]), graph.integers("two", 2), graph.integers("three", 3),
        graph.integers("ax0", 0)])
    segments = graph.segments(length)
    for block, (layers, dilation) in enumerate(BLOCKS, 1):
        for layer in range(1, layers + 1):
            x = graph.masked(x, f"xvector.block{block}.tdnnd{layer}", dilation, segments)
        name = f"xvector.transit{block}"
        x = graph.convolution(
            graph.relu(graph.normalised(x, name + ".nonlinear.batchnorm")), name + ".linear")
    x = graph.relu(graph.normalised(x, "xvector.out_nonlinear.batchnorm"))
    x = graph.convolution(graph.statistics(x, length), "xvector.dense.linear")
    x = graph.normalised(x, "xvector.dense.nonlinear.batchnorm")
    graph.nodes.append(
        helper.make_node("Squeeze", [x, graph.integers("axm1", -1)], ["embedding"]))
    size = int(METADATA["output_dim"])
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "campplus",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "T", BANDS])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, size])],
            list(graph.constants.values())),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    for key, value in METADATA.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    return model


def main():
    checkpoint, result = sys.argv[1:]
    onnx.save(make_model(read_checkpoint(checkpoint)), result)


if __name__ == "__main__":
    main()
