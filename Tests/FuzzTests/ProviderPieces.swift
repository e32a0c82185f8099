/// Pieces that change the meaning of JSON.
let jsonPieces = [
    "{", "}", "[", "]", "\"", ":", ",", "\\", "null", "true", "false", "0", "-1", "-0", "-0.0", "1.5", "1e999",
    "-1e400", "1e-400", "7", "\"7\"", "18446744073709551616", "9223372036854775807", "-9223372036854775808",
    "\"9223372036854775808\"", "\"1e300\"", "\"nan\"", "\"\"", "{}", "[]", "\"OK\"", "\"FAIL\"", "\"ok\"", "OK", "1",
    #""\ud800""#, #"\udc00\ud800"#, #"\ud83d\ude00"#, #"\u0000"#, #""a\u0000b""#, #""\u001b]0;x""#, #""\u009bm""#,
    #""\u202e""#, #"\n"#, #""\ud83d\udc69\u200d""#, #""hook":"new","#, #""hook":"update","ack":3,"#,
    #""type":"messages","messageUpdate":7,"#, #""status":"OK","#, #""status":"FAIL","#, #""reason":1,"#,
    #""success":true,"#, #""success":false,"#, #""ans":{"#, #""é":1,"#, "\"e\u{301}\":2,", "//", "/**/", "'",
    String(repeating: "[", count: 600), String(repeating: #"{"a":"#, count: 600), String(repeating: "A", count: 300),
    "\"" + String(repeating: "9", count: 300) + "\"", "\"a" + String(repeating: "\u{301}", count: 300) + "\"",
]
