# One call or more of every family, as C and as a Dask script.
# %%
import dask.array as da
import numpy as np
import dask
# %%
x = da.arange(24, chunks=5).reshape((4, 6))
x
# %%
x.compute()
# %%
y = da.ones((4, 6), chunks=(2, 3), dtype="int32")
z = da.zeros((4, 6), chunks=((1, 3), (6,)))
f = da.full((3, 3), 7.5, chunks=2)
e = da.eye(4, chunks=2)
l = da.linspace(0, 1, 11, chunks=4)
print(y, z, f, e, l)
# %%
print(e.compute())
print(l.compute())
# %%
(x + y * 2 - z).compute()
# %%
(x ** 2 % 7).sum(axis=0).compute()
# %%
x.mean(axis=1, keepdims=True).compute()
# %%
x.std(ddof=1).compute(), x.var().compute()
# %%
x.cumsum(axis=1).compute()
# %%
print(x.argmax().compute(), x.min().compute(), x.any().compute(), x.prod(axis=0, dtype="float64").compute())
# %%
x[1:3, ::2].compute()
# %%
x[-1].compute(), x[:, None, 2].shape
# %%
x[[0, 2], :].compute()
# %%
x[..., ::-1].compute()
# %%
m = x[x > 10]
m
# %%
m.compute()
# %%
m.compute_chunk_sizes()
m.chunks
# %%
x.blocks[0, 0].compute()
# %%
x.T.compute()
# %%
x.reshape((6, 4)).shape
# %%
x.rechunk({0: 2, 1: -1}).chunks
# %%
x.rechunk("auto")
# %%
da.concatenate([x, y], axis=0).compute()
# %%
da.stack([x, y], axis=-1).shape
# %%
da.broadcast_to(l, (3, 11)).sum().compute()
# %%
da.expand_dims(x, 0).squeeze().compute()
# %%
da.flip(x, 0).compute()
# %%
da.tensordot(x, x.T, axes=1).compute()
# %%
da.dot(x, x.T).compute()
# %%
(x @ x.T).compute()
# %%
h, edges = da.histogram(x, bins=4, range=[0, 24])
h.compute()
# %%
edges
# %%
da.where(x > 5, x, -1).compute()
# %%
da.clip(x, 3, 9).compute()
# %%
x.astype("float32").compute()
# %%
da.percentile(x.ravel().rechunk(-1), [25, 50, 75]).compute()
# %%
da.median(x, axis=0).compute()
# %%
da.unique(da.from_array(np.array([3, 1, 3, 2]), chunks=2)).compute()
# %%
da.topk(x.ravel(), 3).compute()
# %%
da.bincount(da.from_array(np.array([1, 1, 3]), chunks=3), minlength=5).compute()
# %%
da.searchsorted(l, da.from_array(np.array([0.15, 0.95]), chunks=2)).compute()
# %%
da.isin(x, [1, 2, 30]).compute()
# %%
da.roll(x, 1, axis=1).compute()
# %%
da.diff(x, axis=0).compute()
# %%
da.tile(l, 2).shape
# %%
da.repeat(l, 2).compute()
# %%
da.pad(x, 1, mode="constant").compute()
# %%
da.insert(l, 1, 5.0, axis=0).compute()
# %%
da.delete(l, [0, 1], axis=0).compute()
# %%
da.meshgrid(l, l)[1].shape
# %%
da.indices((2, 3), chunks=2).compute()
# %%
da.tril(x).compute()
# %%
da.diag(da.arange(3, chunks=2)).compute()
# %%
da.einsum("ij,kj->ik", x, x).compute()
# %%
da.cov(x).compute()
# %%
da.compute(*da.gradient(x.rechunk(4)))
# %%
da.outer(l, l).shape
# %%
da.isclose(l, l + 1e-9).all().compute()
# %%
da.argwhere(x > 20).compute()
# %%
da.nanmax(x / 2).compute()
# %%
w = da.zeros((4, 4), chunks=2)
w[1, :] = 5
w[:, 2] += 1
w.compute()
# %%
a = np.array([[1, 2], [3, 4]])
b = np.arange(6.0).reshape(2, 3)
a, b
# %%
a[0, 1] = 10
a += 1
a
# %%
b[b > 2]
# %%
view = b[:, 1:]
view[0] = -1
b
# %%
np.sort(b, axis=1), np.argsort(b, axis=1)
# %%
np.dot(a, b), a.T @ a
# %%
np.linalg.inv(a)
# %%
np.linalg.solve(a, np.array([1.0, 2.0]))
# %%
np.linalg.det(a), np.linalg.norm(b)
# %%
values, vectors = np.linalg.eigh(np.array([[2.0, 1.0], [1.0, 2.0]]))
values
# %%
q, r = np.linalg.qr(b)
np.allclose(q @ r, b)
# %%
u, s, vt = np.linalg.svd(b)
s
# %%
tall = da.from_array(np.arange(12.0).reshape(6, 2) ** 0.5, chunks=(3, 2))
q, r = da.linalg.qr(tall)
da.allclose(q.dot(r), tall).compute()
# %%
u, s, v = da.linalg.svd(tall)
s.compute()
# %%
square = da.from_array(np.array([[4.0, 1.0], [1.0, 3.0]]), chunks=2)
da.linalg.inv(square).compute()
# %%
mean = x.mean().compute()
centred = x - mean
centred.compute()
# %%
print(f"mean {mean:.3f} of {x.size} elements in {x.npartitions} chunks, {x.nbytes / 1e3} kB, shape {x.shape}, {x.dtype}")
# %%
for k in range(3):
    x = x + k
x.sum().compute()
# %%
def scale(array, by=2):
    return array * by

parts = [scale(x, n).sum() for n in (1, 2, 3)]
dask.compute(*parts)
# %%
first, second = da.compute(x.min(), x.max())
print(first, second)
# %%
x.map_blocks(lambda block: block * 2 + 1).sum().compute()
# %%
x.persist().sum().compute()
# %%
x.visualize()
# %%
x.ndim, x.numblocks, x.chunksize, x.chunks
# %%
%time x.sum().compute()
# %%
%%time
total = x.sum()
total.compute()
# %%
wide = da.zeros((6, 6), chunks=3).reshape((4, 9), shuffle=True)
wide.shape
# %%
np.random.seed(3)
n = np.random.normal(size=3)
n.shape
# %%
r = da.random.RandomState(5)
r.normal(2, 0.5, size=(4, 4), chunks=2).mean().compute()
# %%
g = np.random.default_rng(7)
g.integers(0, 10, size=5)
# %%
da.random.permutation(da.arange(6, chunks=3)).compute()
# %%
np.random.choice(5, 3)
# %% tags=["raises-exception"]
x + da.ones((3, 3), chunks=3)
# %% tags=["raises-exception"]
1 / 0
# %%
x.vindex[[0, 1], [2, 3]].compute()
# %%
np.fft.fft(np.arange(4.0))
