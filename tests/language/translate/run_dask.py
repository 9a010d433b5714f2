"""Runs scripts for Dask and compares what they print with what the notebook showed.

    run_dask.py FOLDER      FOLDER has N.py, N.expected and, for cells that end with an error, N.error

All scripts run in this process, each in a namespace of its own. Random ones have nothing to compare but that they run; those that take
longer than a few seconds are left off and named, and so are those that need what is not installed beside Dask. Where Dask itself is not
installed the scripts are only compiled.
"""
import contextlib
import importlib.util
import io
import re
import resource
import signal
import sys
import time
from pathlib import Path

SECONDS_EACH, SECONDS_ALL = 6, 60

# Dask works without these: scipy has some of its linear algebra, imageio is imageio.v3, scikit-image reads pictures for dask.array.image.
# A script that needs one that is not installed cannot run.
MISSING = {name for name in ("scipy", "imageio", "skimage") if importlib.util.find_spec(name) is None}

try:
    import dask.array  # noqa: F401
except ImportError:
    dask = None


def tokens(text):
    """Numbers and words, without what NumPy's repr and str write differently, and without layers' names."""
    lines = [l for l in text.splitlines() if not l.startswith(("wall time:", "task graph:")) and not l.endswith((" tasks", "best of 7"))]
    text = re.sub(r"dask\.array<[^,]*,", "", "\n".join(lines))
    text = re.sub(r",?\s*dtype=(\w+|'[^']*')\)", ")", text)
    text = re.sub(r"\barray\(|dtype\('([^']*)'\)|np\.\w+\(", r"\1 ", text)
    return re.sub(r"[\[\]()',\s]+", " ", text).split()


def same(a, b):
    if a == b:
        return True
    try:
        x, y = complex(a), complex(b)
    except ValueError:
        return False
    return x != x and y != y or abs(x - y) <= 1e-6 * max(abs(x), abs(y), 1e-3)


def run(path):
    """None, or what is wrong."""
    text = path.read_text()
    code = compile(text, str(path), "exec")
    if dask is None:
        return None
    if "skimage" in MISSING and re.search(r"\b(dask\.array|da)\.image\b", text):  # which ends with a NameError, not an ImportError
        print(f"# {path.name} cannot run: no skimage here")
        return None
    expected = path.with_suffix(".expected").read_text()
    error = path.with_suffix(".error")
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            signal.alarm(SECONDS_EACH)
            exec(code, {"__name__": "__main__"})
    except TimeoutError:
        print(f"# {path.name} takes longer than {SECONDS_EACH} s")
        return None
    except ModuleNotFoundError as e:
        if e.name.split(".")[0] not in MISSING:
            return f"{type(e).__name__}: {e}"
        print(f"# {path.name} cannot run: no {e.name} here")
        return None
    except MemoryError as e:  # of the limit below
        print(f"# {path.name}: {type(e).__name__}: {e}")
        return None
    except Exception as e:
        return None if error.exists() else f"{type(e).__name__}: {e}"
    finally:
        signal.alarm(0)
    if error.exists():
        # The notebook's client sets a limit of memory, and Chunkwise refuses what cannot keep it. The script has no cluster, so Dask
        # has no limit: there the same lines are computed.
        return None if error.read_text().startswith("MemoryError: ") else "no error, instead of " + error.read_text()
    if "random" in text:
        return None
    have, want = tokens(out.getvalue()), tokens(expected)
    if len(have) == len(want) and all(map(same, have, want)):
        return None
    return f"prints\n{out.getvalue()}instead of\n{expected}"


def too_slow(*_):
    raise TimeoutError


signal.signal(signal.SIGALRM, too_slow)
resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
begin, wrong, left = time.monotonic(), 0, 0
for script in sorted(Path(sys.argv[1]).glob("[0-9]*.py"), key=lambda p: int(p.stem)):
    if time.monotonic() - begin > SECONDS_ALL:
        compile(script.read_text(), str(script), "exec")
        left += 1
        continue
    problem = run(script)
    if problem:
        wrong += 1
        print(f"{script.name}: {problem}\n--- the script\n{script.read_text()}")
if left:
    print(f"# {left} scripts were only compiled: the others took {SECONDS_ALL} s")
sys.exit(wrong > 0)
