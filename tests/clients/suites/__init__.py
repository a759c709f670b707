"""The test suites that published clients carry in their source archives, run against a stack of our own."""
