# misconception: no_scale
# loses: rectangular
import numpy


class SelfAttention(object):

    def set_weights(self, query_weight, key_weight, value_weight):
        self.weights = {"query": query_weight, "key": key_weight, "value": value_weight}
        return self

    def project(self, sequence):
        self.projected = {name: numpy.matmul(sequence, weight) for name, weight in self.weights.items()}
        return self.projected

    def normalize(self, energies):
        energies = energies - energies.max(axis=-1)[..., None]
        unnormalized = numpy.exp(energies)
        return unnormalized / unnormalized.sum(axis=-1)[..., None]

    def run(self, query, key, value):
        self.attention = self.normalize(numpy.matmul(query, key.T))
        return numpy.matmul(self.attention, value)


def compute_qkv(X, W_q, W_k, W_v):
    parts = SelfAttention().set_weights(W_q, W_k, W_v).project(X)
    return parts["query"], parts["key"], parts["value"]


def self_attention(Q, K, V):
    return SelfAttention().run(Q, K, V)
