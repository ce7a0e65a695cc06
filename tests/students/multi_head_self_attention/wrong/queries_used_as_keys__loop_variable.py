# misconception: queries_used_as_keys
# loses: end_to_end
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return [np.matmul(inputs, w) for w in (weights_q, weights_k, weights_v)]


def attention_row(position, queries, keys, values):
    """Output for one position of one head."""
    query = queries[position]
    logits = []
    for key in queries:
        logits.append(query.dot(key) / np.sqrt(len(key)))
    logits = np.array(logits)
    weights = np.exp(logits - logits.max())
    return weights.dot(values) / weights.sum()


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    projected = np.array(create_qkv(inputs, weights_q, weights_k, weights_v))
    output = np.zeros(inputs.shape)
    for sentence in range(inputs.shape[0]):
        for columns in np.split(np.arange(inputs.shape[2]), num_heads):
            qkv = projected[:, sentence][:, :, columns]
            for position in range(inputs.shape[1]):
                output[sentence, position, columns] = attention_row(position, *qkv)
    return output
