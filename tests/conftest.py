"""The fixtures are those that finzcore ships: `target` says where the books of a test are."""

pytest_plugins = ["finzcore.testing.plugin"]
