#!/usr/bin/python3
"""Times Chunkwise beside Dask's threaded scheduler (and NumPy) on the same lines, in one run.

    tests/benchmarks/against_dask.py [--program build/app/chunkwise] [--runs 5] [--json OUT] [NAME ...]

Every workload is a set-up and one timed expression in the notebook language, which is also Python. The programs take turns, so that
a slow moment of the machine meets all of them; ratios are of medians. Chunkwise's time is the computation as --stats tells it,
Dask's the call of compute(). Resident memory is the largest of the whole process.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HEAD = "import numpy as np\nimport dask.array as da\n"

# name: (set-up, timed expression, the same in NumPy or None, wanted: (other, at least this many times faster))
WORKLOADS = {
    "mean of 1e9 randint": ("x = da.random.randint(0, 100, (10000, 1000, 100)).mean()", "x.compute()", None, ("dask", 3)),
    "dot(x, x + x.T)": ("x = da.random.random((5000, 5000))\ny = da.dot(x, x + da.transpose(x))", "y.compute()",
                        ("y = np.random.random((5000, 5000))", "np.dot(y, y + y.T)"), ("numpy", 1)),
    "43,364 tasks": ("x = da.ones((1000, 1000), chunks=(10, 10))\ny = (x + x.T).sum()", "y.compute()", None, ("dask", 30)),
    "sum(axis=0)": ("y = da.random.random((5000, 5000)).sum(axis=0)", "y.compute()", None, None),
    "std(axis=1)": ("y = da.random.random((5000, 5000)).std(axis=1)", "y.compute()", None, None),
    "cos(x).sum()": ("y = da.cos(da.random.random((5000, 5000))).sum()", "y.compute()", None, None),
    "x + x.T": ("x = da.random.random((5000, 5000))\ny = x + x.T", "y.compute()", None, None),
    "x[x > 0.5]": ("x = da.random.random((5000, 5000))\ny = x[x > 0.5]", "y.compute()", None, None),
    "polynomial": ("x = da.random.random((5000, 5000))\ny = (3*x**3 - 2*x**2 + x - 1).mean()", "y.compute()", None, None),
    "histogram": ("x = da.random.normal(9, 1, size=(5000, 5000)) + np.ones((5000, 5000))\n"
                  "h, b = da.histogram(x[x < 10], bins=100, range=[-9, 11])", "h.compute()", None, None),
}


def run_chunkwise(program, setup, timed, options=()):
    with tempfile.TemporaryDirectory() as folder:
        stats = os.path.join(folder, "stats.json")
        notebook = os.path.join(folder, "case.py")
        with open(notebook, "w") as f:
            f.write("# %%\n" + HEAD + setup + "\n# %%\n" + timed + ";\n")
        subprocess.run([program, "run", "--quiet", "--stats", stats, *options, notebook], check=True, stdout=subprocess.DEVNULL)
        with open(stats) as f:
            result = json.load(f)
    return result["cells"][-1]["compute_s"], result["peak_rss_bytes"]


PYTHON = """
import resource, sys, time
{head}
{setup}
t = time.perf_counter()
{timed}
print(time.perf_counter() - t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def run_python(setup, timed):
    out = subprocess.run(["/usr/bin/python3", "-c", PYTHON.format(head=HEAD, setup=setup, timed=timed)], check=True,
                         stdout=subprocess.PIPE, text=True).stdout.split()
    return float(out[0]), float(out[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", default="build/app/chunkwise")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    rows = []
    print("%s, %d processors, Python %s" % (platform.machine(), os.cpu_count(), platform.python_version()))
    print("| workload | Chunkwise s | Dask s | NumPy s | Dask / Chunkwise | NumPy / Chunkwise | resident MiB (Chunkwise, Dask) | wanted |")
    print("|---|---|---|---|---|---|---|---|")
    failed = False
    for name, (setup, timed, numpy, wanted) in WORKLOADS.items():
        if args.names and not any(n in name for n in args.names):
            continue
        ours, dask, plain = [], [], []
        for _ in range(args.runs):
            ours.append(run_chunkwise(args.program, setup, timed))
            dask.append(run_python(setup, timed))
            if numpy:
                plain.append(run_python(*numpy))
        median = lambda rows_, k: statistics.median(r[k] for r in rows_) if rows_ else None
        c, d, n = median(ours, 0), median(dask, 0), median(plain, 0)
        ratio = {"dask": d / c, "numpy": n / c if n else None}
        ok = wanted is None or ratio[wanted[0]] >= wanted[1]
        failed |= not ok
        print("| %s | %.3f (%.3f-%.3f) | %.3f | %s | %.1f | %s | %.0f, %.0f | %s |" % (
            name, c, min(r[0] for r in ours), max(r[0] for r in ours), d, "%.3f" % n if n else "", d / c,
            "%.1f" % (n / c) if n else "", median(ours, 1) / 2**20, median(dask, 1) / 2**20,
            "" if not wanted else "%s x %g: %s" % (wanted[0], wanted[1], "yes" if ok else "no")))
        sys.stdout.flush()
        rows.append({"name": name, "chunkwise": ours, "dask": dask, "numpy": plain})
    if args.json:
        with open(args.json, "w") as f:
            json.dump({"machine": platform.machine(), "time": time.time(), "rows": rows}, f, indent=1)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
