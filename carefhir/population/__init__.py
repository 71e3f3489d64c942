"""Many patients at once: ViewDefinitions over exported FHIR, on DuckDB or Spark.

`view_definition` reads a SQL on FHIR ViewDefinition and refuses by name what is not supported, `view_schema` says which
elements its paths touch, `view_rows` makes an ibis table of it, `sources` opens exported files. Only this room imports
ibis, DuckDB or PySpark: they come with the extras `carefhir[population]` and `carefhir[spark]`.
"""
