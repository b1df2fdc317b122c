"""``python -m finzcore``: the command line."""

from finzcore.cli import main

if __name__ == "__main__":
    main(prog_name="finzcore")
