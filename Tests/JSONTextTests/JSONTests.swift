import JSONText
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        ("null", JSON.null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("-0", .integer(0)),
        ("-12", .integer(-12)), ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(0x1p63)),
        ("1.5", .number(1.5)), ("1e2", .integer(100)), ("-2.5E-1", .number(-0.25)), ("1.0", .integer(1)),
        (#""שלום""#, "שלום"), (#""\u05e9\u05dc""#, "של"), (#""\ud83d\ude00""#, "😀"),
        (#""a\"\\\/\n\t\r\b\f""#, "a\"\\/\n\t\r\u{8}\u{C}"),
        (#""\u0000""#, "\0"), ("[]", .array([])), ("[1, [2]]", .array([.integer(1), .array([.integer(2)])])),
        ("{}", .object([:])), (#"{"a" : {"b":null}}"#, .object(["a": .object(["b": .null])])),
        ("\u{FEFF}{}", .object([:])),
    ])
    func isReadAsItIsWritten(text: String, expected: JSON) {
        #expect(JSON(parsing: Array(text.utf8)) == expected)
        #expect(JSON(parsing: text.utf8.map { $0 }.dropFirst(0)) == expected)
    }

    @Test(arguments: [
        "", " ", "tru", "truee", "nul", "+1", "01", "-", "1.", ".5", "1e", "1e+", "1e999", "0x1", "NaN", "Infinity",
        #"""#, #""a"#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud800\u00""#, #""\ud83d\x""#, "\"\n\"",
        "[", "[1", "[1,", "[1,]", "[,1]", "{", #"{"a""#, #"{"a":"#, "{,}", "{a:1}", "{'a':1}", "1 2", "{} x",
        "// a\n1", "\u{FEFF}",
    ])
    func whatIsNoJSONIsNotRead(text: String) {
        #expect(JSON(parsing: Array(text.utf8)) == nil)
    }

    /// JavaScript writes half an emoji where it cuts a text in the middle of one.
    @Test(arguments: [
        (#""Dana \ud83d""#, "Dana \u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"), (#""\ud800\u0041""#, "\u{FFFD}A"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ud83d\n""#, "\u{FFFD}\n"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
    ])
    func halfAnEmojiIsAReplacementCharacter(text: String, expected: String) {
        #expect(JSON(parsing: Array(text.utf8)) == .string(expected))
    }

    @Test(arguments: [
        ([0x22, 0xFF, 0x22], "\u{FFFD}"), ([0x22, 0xC3, 0x22], "\u{FFFD}"),
        ([0x22, 0x5C, 0x6E, 0xFF, 0x22], "\n\u{FFFD}"), ([0x22, 0x61, 0xF0, 0x9F, 0x98, 0x22], "a\u{FFFD}"),
        ([0x22, 0xED, 0xA0, 0x80, 0x22], "\u{FFFD}\u{FFFD}\u{FFFD}"),
    ])
    func bytesThatAreNoTextAreReplacementCharacters(bytes: [UInt8], expected: String) {
        #expect(JSON(parsing: bytes) == .string(expected))
        #expect(JSON(parsing: bytes.dropFirst()) == nil, "outside texts they are no JSON")
    }

    @Test func nestingHasItsBound() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(JSON(parsing: nested(512)) != nil)
        #expect(JSON(parsing: nested(513)) == nil)
        #expect(JSON(parsing: nested(1_000_000)) == nil)
    }
}
