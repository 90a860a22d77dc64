"""How good recall is, measured: cases in, a run file out, which any scorer can read.

May use: application and everything below it.
"""

from vertraut.evals.embedding_cache import CachedEmbedder
from vertraut.evals.runs import EvalProgress, run_cases

__all__ = ["CachedEmbedder", "EvalProgress", "run_cases"]
