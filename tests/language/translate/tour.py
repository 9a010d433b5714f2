# A tour of what notebooks do: arrays that are random, lazy and plain, masks, products, reshapes, a histogram.
# %%
from dask.distributed import Client
client = Client("tcp://127.0.0.1:63517")
client
# %%
import dask.array as da
import numpy as np
# %%
nprand = np.random.randint(0,100, (4,5))
darand = da.random.randint(0,100, (4,5))
# %%
nprand.shape
# %%
darand.shape
# %%
nprand
# %%
darand
# %%
darand.max()
# %%
darand.max().compute()
# %%
myval = 10*darand.max()
myval.compute()
# %%
da_array = da.from_array(np.ones((5,8)))
da_array
# %%
large_nparray = np.random.randint(0,100,(100,100,50))
myarray = da.random.randint(0,100,(100,100,50))
myarray
# %%
mean = myarray.mean()
# %%
mean.visualize()
# %%
mean.compute()
# %%
myarray = da.random.random((500,500))
myarray
# %%
sliced_array = myarray[::2,:]
sliced_array
# %%
logical_array = myarray > 0.5
logical_array
# %%
extracted_values = myarray[logical_array]
extracted_values
# %%
values = extracted_values.compute()
values
# %%
cos_array = np.cos(myarray)
cos_array
# %%
cos_array.visualize()
# %%
proj = myarray.sum(axis = 0)
proj
# %%
newda = myarray + da.transpose(myarray)
newda.visualize()
# %%
newda = da.dot(myarray, myarray + da.transpose(myarray))
newda.visualize()
# %%
%%time
computed_array = newda.compute();
# %%
myarray2 = np.random.random((500,500))
# %%
%%time
newnp = np.dot(myarray2, myarray2 + np.transpose(myarray2))
# %%
myarray = da.random.random((600,600))
newda = da.dot(myarray, myarray + da.transpose(myarray))
newda.visualize()
# %%
myarray = da.random.random((10,10))
eigenval, eigenvect = np.linalg.eig(myarray);
# %%
eigenval
# %%
myarray = da.zeros((500,500))
myarray
# %%
reshaped = np.reshape(myarray,(500,100,5))
reshaped
# %%
reshaped.visualize()
# %% tags=["raises-exception"]
reshaped = np.reshape(myarray,(100,500,5))
# %%
numpy_array = np.zeros((500,500))
reshaped = np.reshape(numpy_array,(100,500,5))
reshaped.shape
# %%
import dask.array as da
import numpy as np
da_array = da.random.normal(loc=9, scale=1, size=(500, 500))
np_array = np.ones((500,500))
added = da_array + np_array
added
# %%
masked = added[added < 10]
# %%
myhist, bins = da.histogram(masked, bins=100, range=[-9,11])
myhist.visualize()
# %%
myhist.compute()
