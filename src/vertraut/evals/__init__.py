"""How good recall is, measured: cases in, a run file out, which any scorer can read.

May use: application and everything below it.
"""

from vertraut.evals.embedding_cache import CachedEmbedder, cache_path
from vertraut.evals.runs import EvalProgress, run_cases

__all__ = ["CachedEmbedder", "EvalProgress", "cache_path", "run_cases"]
