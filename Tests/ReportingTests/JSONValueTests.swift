import Testing

@testable import Reporting

struct JSONValueTests {
    @Test func `fields keep their order, absent ones are left out`() {
        let value = JSONValue.object(["b": .integer(1), "a": nil, "c": .array([.null, .bool(true), .number(0.25)])])
        #expect(value.text == #"{"b":1,"c":[null,true,0.25]}"#)
    }

    @Test func `nothing in a text can act on a terminal, and it reads back unchanged`() throws {
        let text = "quote \" back \\ \n\r\t \u{1B}]52;c;x\u{07} \u{9B}2J \u{202E} \u{E0041} é 東京 \u{7F}"
        let written = JSONValue.string(text).text
        #expect(
            written
                == #""quote \" back \\ \n\r\t \u001b]52;c;x\u0007 \u009b2J \u202e \udb40\udc41 é 東京 \u007f""#)
        #expect(try JSONValue(parsing: written) == .string(text))
    }

    @Test(arguments: [
        (JSONValue.number(6), "6"), (.number(6.013), "6.013"), (.number(.infinity), "null"),
        (.number(0.000001), "1e-06"),
        (.integer(.max), "9223372036854775807"), (.object([]), "{}"), (.array([]), "[]"),
    ])
    func `numbers and empty values`(value: JSONValue, text: String) {
        #expect(value.text == text)
    }

    @Test func `the form for people is indented`() {
        let value = JSONValue.object(["a": .array([.integer(1), .object(["b": .string("x")])]), "c": .array([])])
        #expect(
            value.indentedText == """
                {
                  "a": [
                    1,
                    {
                      "b": "x"
                    }
                  ],
                  "c": []
                }

                """)
    }
}
