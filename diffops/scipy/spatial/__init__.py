"""A mirror of `scipy.spatial`, of which `diffops.scipy.spatial.distance` has rules.

>>> import numpy as np
>>> from diffops import grad
>>> from diffops.scipy.spatial import distance
>>> y = np.array([[3.0, 4.0]])
>>> grad(lambda x: distance.cdist(x, y)[0, 0])(np.array([[0.0, 0.0]]))
array([[-0.6, -0.8]])
"""

from diffops.scipy._mirror import the_rest as _the_rest
from diffops.scipy.spatial import distance as distance

__getattr__ = _the_rest("scipy.spatial", globals())
