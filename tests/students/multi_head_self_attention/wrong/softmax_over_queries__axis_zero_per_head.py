# misconception: softmax_over_queries
# loses: end_to_end
# # Multi-Head Attention
# ## 1. Projections

# In[1]:

import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.array([x.dot(weights_q) for x in inputs])
    K = np.array([x.dot(weights_k) for x in inputs])
    V = np.array([x.dot(weights_v) for x in inputs])
    return Q, K, V

# ## 2. Attention for one sentence and one head

# In[2]:

def scaled_dot_product_attention(Q, K, V, scale):
    A = np.exp(Q.dot(K.T) / scale)
    A = A / np.sum(A, axis=0)
    return A.dot(V)

# ## 3. All heads

# In[3]:

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    dim = Q.shape[2] // num_heads
    batches = []
    for b in range(Q.shape[0]):
        row = []
        for h in range(num_heads):
            i = range(h * dim, (h + 1) * dim)
            row.append(scaled_dot_product_attention(Q[b][:, i], K[b][:, i], V[b][:, i], dim ** 0.5))
        batches.append(np.concatenate(row, axis=1))
    return np.array(batches)

# In[4]:

print(multi_head_attention(np.random.rand(1, 5, 32), np.eye(32), np.eye(32), np.eye(32), 4).shape)
