"""From a folder of documents to a release that workers load."""
