"""What is said where a package is missing that the extra ``testing`` installs."""


def missing(error: ModuleNotFoundError, asking: str) -> ModuleNotFoundError:
    """The error to raise where `asking`, a module, found no pytest or Hypothesis; any other stays itself.

    >>> print(missing(ModuleNotFoundError(name="hypothesis"), "finzcore.testing.strategies"))
    finzcore.testing.strategies needs hypothesis: pip install 'finzcore[testing]'
    """
    package = (error.name or "").partition(".")[0]
    if package not in ("hypothesis", "pytest"):
        return error
    said = f"{asking} needs {package}: pip install 'finzcore[testing]'"
    return ModuleNotFoundError(said, name=error.name)
