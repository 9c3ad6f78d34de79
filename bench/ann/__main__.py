"""`python -m bench.ann OPTIONS-JSON`: the bench, without the command line of the product."""

import sys

from bench.ann.options import Options, options_from_json
from bench.ann.run import run

if __name__ == "__main__":
    print(run(options_from_json(sys.argv[1]) if len(sys.argv) > 1 else Options()))
