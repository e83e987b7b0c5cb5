"""python -m benchmarks.convert.to_keras FILE: the network as a Keras file."""

import sys

from tensorflow import keras

from benchmarks.convert import trained

if __name__ == "__main__":
    network = trained()
    activations = ["relu"] * (len(network.weights) - 1) + ["softmax"]
    model = keras.Sequential([keras.Input((784,))])
    for w, b, activation in zip(network.weights, network.biases, activations, strict=True):
        layer = keras.layers.Dense(w.shape[1], activation)
        model.add(layer)
        layer.set_weights([w, b])
    model.save(sys.argv[1])
