"""IPython inside a workspace: `%haven` and `%%haven_table` are loaded when first used."""

c = get_config()  # noqa: F821
c.MagicsManager.lazy_magics.update({"haven": "haven", "haven_table": "haven"})
