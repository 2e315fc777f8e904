"""Prints what mlcroissant finds wrong with a document, and the records that it loads from each record set, as JSON."""

import json
import sys

import mlcroissant as mlc


def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    if value is None or value != value:
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


dataset = mlc.Dataset(sys.argv[1])
issues = dataset.metadata.ctx.issues
records = {
    record_set.id: [
        {key.split("/", 1)[1]: plain(value) for key, value in record.items()}
        for record in dataset.records(record_set.id)
    ]
    for record_set in dataset.metadata.record_sets
}
json.dump({"errors": list(issues.errors), "warnings": list(issues.warnings), "records": records}, sys.stdout)
