"""``python -m viewer``."""

from viewer.app.main import run

if __name__ == "__main__":
    run()
