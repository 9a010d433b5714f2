#!/usr/bin/python3
"""The same code in real Dask and in Chunkwise.

usage: differential.py CHUNKWISE FACTS.jsonl [SEED]

A part of the recorded snippets, drawn by SEED (default: 0), runs in both programs now; values, shapes, chunks, dtypes and classes of
errors must agree. So the recorded answers are themselves kept honest. Exit status 77 (skipped) where python3-dask is missing.
"""
import json
import math
import random
import subprocess
import sys
import warnings

SAMPLE = 200
DIGITS = {"float16": 2e-3, "float32": 1e-5, "complex64": 1e-5}


def number(v):
    if isinstance(v, (list, tuple)):
        return [number(x) for x in v]
    if isinstance(v, complex):
        return [number(v.real), number(v.imag)]
    if isinstance(v, float) and not math.isfinite(v):
        return "nan" if v != v else "inf" if v > 0 else "-inf"
    return v


def facts(value):
    """What the command `chunkwise facts` says of a value, as far as it is compared."""
    if isinstance(value, da.Array):
        computed = np.asarray(value.compute())
        return {"kind": "dask", "chunks": number([list(map(float, c)) for c in value.chunks]), "dtypes": {str(value.dtype), str(computed.dtype)},
                "values": number(computed.ravel().tolist())}
    if isinstance(value, (np.ndarray, np.generic)):
        a = np.asarray(value)
        return {"kind": "scalar" if isinstance(value, np.generic) else "numpy", "dtypes": {str(a.dtype)}, "values": number(a.ravel().tolist())}
    if isinstance(value, (tuple, list)):
        return {"kind": type(value).__name__, "items": [facts(v) for v in value]}
    return {"kind": "other"}


def in_dask(code):
    lines = code.split("\n")
    names = {}
    try:
        exec("\n".join(lines[:-1]), names)
        return facts(eval(lines[-1], names))
    except Exception as error:
        return {"error": [c.__name__ for c in type(error).__mro__]}


def flat(v):
    return [y for x in v for y in flat(x)] if isinstance(v, list) else [v]


def close(have, want, dtype):
    have, want = flat(have), flat(want)
    if len(have) != len(want):
        return False
    large = max([abs(x) for x in want if isinstance(x, (int, float))] or [0])
    for x, y in zip(have, want):
        if isinstance(y, str) or isinstance(x, str) or x is None:
            if x != y:
                return False
        elif abs(x - y) > DIGITS.get(dtype, 1e-10) * (abs(y) + 1e-2) + 1e-15 * large:
            return False
    return True


def difference(have, want):
    if "error" in want:
        return None if have.get("error", {}).get("type") in want["error"] else "Dask raises %s" % want["error"][0]
    if "error" in have:
        return "raises %s: %s" % (have["error"]["type"], have["error"]["message"])
    if want["kind"] == "other":
        return None
    if "items" in want:
        if len(have.get("items", [])) != len(want["items"]):
            return "other items"
        found = [difference(h, w) for h, w in zip(have["items"], want["items"])]
        return next((d for d in found if d), None)
    if "chunks" in want and not close(have.get("chunks", []), want["chunks"], "float64"):
        return "chunks %s, Dask has %s" % (have.get("chunks"), want["chunks"])
    if have.get("dtype") not in want["dtypes"]:
        return "dtype %s, Dask has %s" % (have.get("dtype"), sorted(want["dtypes"]))
    values = have.get("values")
    return None if close(values if isinstance(values, list) else [values], want["values"], have["dtype"]) else "values %s, Dask has %s" % (values, want["values"])


def main():
    program, path = sys.argv[1:3]
    random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    codes = [json.loads(line)["code"] for line in open(path)]
    codes = random.sample(codes, min(SAMPLE, len(codes)))
    asked = "\n".join(json.dumps({"id": str(i), "code": code}) for i, code in enumerate(codes))
    answer = subprocess.run([program, "facts"], input=asked.encode(), stdout=subprocess.PIPE, check=True, timeout=300)
    here = {o["id"]: o for o in map(json.loads, answer.stdout.splitlines())}
    failed = 0
    for i, code in enumerate(codes):
        found = difference(here.get(str(i), {"error": {"type": "nothing", "message": "no answer"}}), in_dask(code))
        if found:
            failed += 1
            print("%s\n    %s" % (code.replace("\n", "\n    "), found))
    print("%d snippets, %d differ" % (len(codes), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        import numpy as np
        import dask
        import dask.array as da
    except ImportError:
        print("skipped: python3-dask and python3-numpy are not installed")
        sys.exit(77)
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    with dask.config.set(scheduler="synchronous"):
        sys.exit(main())
