"""``python -m vertraut``: the command line."""

from vertraut.interfaces.cli import main

if __name__ == "__main__":
    main()
