import JSONText
import Testing

@Suite struct JSONSchemaTests {
    @Test(arguments: [
        (JSONSchema.anything, "{}"), (.text, #"{"type":"string"}"#), (.boolean, #"{"type":"boolean"}"#),
        (.integer(in: 1...3), #"{"maximum":3,"minimum":1,"type":"integer"}"#),
        (.words(["yes", "no"]), #"{"enum":["yes","no"]}"#),
        (.text(among: ["a"]), #"{"enum":["a"],"type":"string"}"#),
        (.text(like: "^x$"), #"{"pattern":"^x$","type":"string"}"#),
        (.text(like: "^x$", examples: ["x"]), #"{"examples":["x"],"pattern":"^x$","type":"string"}"#),
        (.array(of: .number), #"{"items":{"type":"number"},"type":"array"}"#),
        (
            .object([("a", .text), ("b", .integer)], required: ["a"]),
            #"{"additionalProperties":false,"properties":{"a":{"type":"string"},"b":{"type":"integer"}},"required":["a"],"type":"object"}"#
        ),
        (.map(of: .text), #"{"additionalProperties":{"type":"string"},"type":"object"}"#),
        (.anyOf([.text, .boolean]), #"{"anyOf":[{"type":"string"},{"type":"boolean"}]}"#),
        (.oneOf([.text]), #"{"oneOf":[{"type":"string"}]}"#),
        (.reference("#/$defs/when"), ##"{"$ref":"#/$defs/when"}"##),
        (.text.orNull, #"{"anyOf":[{"type":"string"},{"type":"null"}]}"#),
        (.text.describing("A name."), #"{"description":"A name.","type":"string"}"#),
        (.text.describing(""), #"{"type":"string"}"#),
    ])
    func saysWhatValuesLookLike(schema: JSONSchema, text: String) {
        #expect(schema.json.encodedText == text)
    }
}
