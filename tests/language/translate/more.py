# Families that are met less often: other dtypes, distributions, joining and moving, statistics, files.
# %%
import dask.array as da
import numpy as np
import math
x = da.arange(24, chunks=6).reshape((4, 6)).rechunk((2, 3))
v = da.linspace(0, 1, 10, chunks=4)
# %%
np.array([1.5, np.nan, np.inf, -np.inf], dtype="float16")
# %%
np.array([1 + 2j, -0.5j]) * 2
# %%
np.array([True, False]) | np.array([False, False])
# %%
(np.array([250, 10], dtype="uint8") + np.uint8(10)) // 3
# %%
np.array(["one", "three"]) == "one"
# %%
da.from_array(np.array([["a", "bé"], ["c", ""]]), chunks=1).compute()
# %%
da.fft.rfft(da.arange(8, chunks=8)).compute(), np.fft.ifft(np.arange(4.0), norm="ortho")
# %%
da.from_array(np.array([1 + 2j, 3j]), chunks=1).real.compute()
# %%
da.random.seed(3)
[da.random.normal(2, 1, 4).mean().compute(), da.random.exponential(2, 4).sum().compute(), da.random.poisson(3, 4).sum().compute()]
# %%
[da.random.binomial(9, 0.5, 4).sum().compute(), da.random.gamma(2, 1, 4).sum().compute(), da.random.laplace(0, 1, 4).sum().compute()]
# %%
da.random.uniform(da.zeros(4, chunks=2), 5, size=4, chunks=2).compute()
# %%
np.random.rand(2, 2), np.random.randn(3), np.random.random()
# %%
s = np.arange(6)
np.random.shuffle(s)
s
# %%
u = np.random.random()
da.ones(3) * u
# %%
da.random.choice(5, 4, chunks=2).compute()
# %%
da.hstack([x, x]).shape, da.vstack([x, x]).chunks, da.dstack([x, x]).compute()
# %%
da.block([[x, x], [x, x]]).sum().compute()
# %%
da.append(v, [7.0]).compute()
# %%
da.moveaxis(da.ones((2, 3, 4), chunks=2), 0, -1).shape
# %%
da.swapaxes(x, 0, 1).compute()
# %%
da.atleast_2d(v).shape, da.ravel(x).compute()
# %%
da.take(x, [0, 3], axis=0).compute()
# %%
da.compress([True, False, True, False], x, axis=0).compute()
# %%
da.nonzero(x > 20)[0].compute()
# %%
da.flatnonzero(x % 7 == 0).compute()
# %%
da.average(x, axis=0, weights=[1, 2, 3, 4]).compute()
# %%
da.ptp(x, axis=1).compute(), da.trace(x[:, :4]).compute()
# %%
da.digitize(v, np.array([0.25, 0.5])).compute()
# %%
da.corrcoef(x).compute()
# %%
da.round(v, 1).compute(), da.around(v * 10).compute()
# %%
da.nan_to_num(da.from_array(np.array([1.0, np.nan]), chunks=1)).compute()
# %%
da.histogram(v, bins=[0, 0.5, 1], density=True)[0].compute()
# %%
da.coarsen(np.sum, x, {0: 2, 1: 3}).compute()
# %%
da.select([x > 10, x > 5], [x, -x], default=0).compute()
# %%
da.vdot(v, v).compute(), da.linalg.norm(v).compute()
# %%
da.cumprod(v + 1, axis=0).compute()
# %%
da.nanmean(v).compute(), da.nanstd(x, axis=0).compute()
# %%
np.add.reduce(np.arange(5)), np.outer(np.arange(3), np.arange(3))
# %%
np.unique(np.array([3, 1, 3]), return_counts=True)
# %%
np.argsort(np.array([3, 1, 2])), np.cumsum(np.arange(4)), np.diff(np.array([1, 4, 9]))
# %%
np.concatenate([np.arange(3), np.arange(2)]), np.stack([np.arange(2), np.arange(2)]), np.tile(np.arange(2), 2)
# %%
np.where(np.arange(5) > 2)
# %%
np.linspace(0, 1, 5), np.eye(2), np.full((2, 2), 3), np.zeros_like(np.arange(3))
# %%
np.arange(12).reshape(3, 4)[1:, ::-2].T
# %%
np.arange(12).reshape(3, 4)[[0, 2], [1, 3]], np.arange(5)[-1]
# %%
t = np.zeros((3, 3))
t[1] = [1, 2, 3]
t[:, 0] += 5
t *= 2
t[t > 8] = 0
t
# %%
t.sum(), t.mean(axis=0), t.max(), t.argmax()
# %%
float(t.sum()) / 3, int(t.max()), round(float(t.mean()), 3)
# %%
m = v[v > 0.3]
print(m.shape, m.chunks)
m.sum().compute()
# %%
masked = da.where(v > 0.5, np.nan, v)
masked.compute()
# %%
x[x > 20] = 0
x.compute()
# %%
x.map_blocks(lambda b: b - b.mean()).compute()
# %%
x.map_blocks(lambda b: b.sum(axis=0, keepdims=True), chunks=((1, 1), (3, 3))).compute()
# %%
da.ones((5, 4), chunks=2).map_overlap(lambda b: b + np.roll(b, 1, axis=0), depth=1).compute()
# %%
y = da.map_blocks(np.sqrt, x)
y.compute()
# %%
da.overlap.overlap(v, depth=1, boundary="reflect").compute()
# %%
v.map_overlap(lambda b: b + 1, depth=1, boundary="none").compute()
# %%
da.apply_along_axis(np.sum, 1, x).compute()
# %%
x.to_delayed if False else x.nbytes, x.itemsize, len(x), x.size
# %%
total = 0
for block in range(x.numblocks[0]):
    total += x.blocks[block].sum().compute()
print("total", total, "by blocks")
# %%
[int(c) for c in (x + 1).sum(axis=0).compute()]
# %%
if x.sum().compute() > 10:
    print("large")
else:
    print("small")
# %%
"{:.2f} and {}".format(v.mean().compute(), x.shape)
# %%
"%.3f" % v.std().compute()
# %%
math.sqrt(v.sum().compute())
# %%
help(da.ones) if False else None
# %%
np.save("translated.npy", np.arange(4))
# %%
da.from_array(np.load("translated.npy"), chunks=2).sum().compute()
# %%
np.save("lazy.npy", v * 2)
# %%
np.load("lazy.npy", mmap_mode="r")[:3]
# %%
target = np.zeros((4, 6))
da.store(x, target)
target
# %%
target.sum()
# %%
mapped = np.lib.format.open_memmap("mapped.npy", mode="w+", dtype="float64", shape=(10,))
da.store(v, mapped)
# %%
np.load("mapped.npy")
# %%
da.to_npy_stack("stack", x, axis=0)
# %%
da.from_npy_stack("stack").sum(axis=1).compute()
# %%
%timeit v.sum().compute()
# %%
try:
    da.ones(3) + da.ones(4)
except ValueError as error:
    print("refused:", error)
# %% tags=["raises-exception"]
x.reshape((5, 5))
# %% tags=["raises-exception"]
x[7]
# %% tags=["raises-exception"]
np.linalg.inv(np.zeros((2, 2)))
# %%
np.nanmax(np.array([1.0, np.nan])), np.isnan(np.array([1.0, np.nan]))
# %%
from dask.distributed import Client
client = Client(n_workers=1, threads_per_worker=2, memory_limit="200MB")
# %%
v.sum().compute()
# %% tags=["raises-exception"]
da.random.random((20000, 20000), chunks=-1).rechunk((-1, -1)).T.dot(da.ones((20000, 2))).compute()
# %%
np.set_printoptions(precision=3, suppress=True)
# %%
v.compute()
# %%
for k in range(4000):
    v = v + 1
# %%
v
# %%
from dask.array.image import imread
imread("samples/*.png")[0, ::90, ::90].compute()
# %%
import imageio.v3 as iio
iio.imread("samples/island.png")[100:103, 7]
# %%
iio.imread("samples/none.png")
