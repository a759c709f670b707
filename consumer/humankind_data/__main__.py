"""`python -m humankind_data`: the same as `humankind-data`."""

import sys

from humankind_data.command import main

if __name__ == "__main__":
    sys.exit(main())
