def write(place, results, versions):
    import json
    print(json.dumps({"versions": versions, "parts": results.parts, "curves": results.curves}, indent=1, ensure_ascii=False))
