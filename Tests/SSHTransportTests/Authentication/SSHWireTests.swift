import SSHTransport
import Testing

struct SSHWireTests {
    @Test(
        arguments: [
            // RFC 4251, section 5.
            ([], [0, 0, 0, 0]),
            ([0], [0, 0, 0, 0]),
            (
                [0x09, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7],
                [0, 0, 0, 8, 9, 0xa3, 0x78, 0xf9, 0xb2, 0xe3, 0x32, 0xa7]
            ),
            ([0x80], [0, 0, 0, 2, 0, 0x80]),
            ([0, 0, 0x7f], [0, 0, 0, 1, 0x7f]),
            ([0, 0xff, 0], [0, 0, 0, 3, 0, 0xff, 0]),
        ] as [([UInt8], [UInt8])])
    func `a number is written shortest and never negative`(magnitude: [UInt8], written: [UInt8]) throws {
        var bytes: [UInt8] = []
        bytes.appendSSH(mpint: magnitude)
        #expect(bytes == written)
        var reader = SSHWire.Reader(bytes)
        #expect(try Array(reader.magnitude()) == Array(magnitude.drop { $0 == 0 }))
        #expect(reader.isAtEnd)
    }

    @Test func `what is written is read again`() throws {
        var bytes: [UInt8] = [7]
        bytes.appendSSH(uint32: 0xfedc_ba98)
        bytes.appendSSH(string: [1, 2, 3])
        bytes.appendSSH(string: "grüße")
        bytes.appendSSH(string: [])
        var reader = SSHWire.Reader(bytes)
        #expect(try reader.byte() == 7)
        #expect(try reader.uint32() == 0xfedc_ba98)
        #expect(try reader.string() == [1, 2, 3])
        #expect(try reader.text() == "grüße")
        #expect(try reader.string().isEmpty)
        #expect(reader.isAtEnd)
    }

    @Test(
        arguments: [
            [], [0], [0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 4, 1, 2, 3], [0xff, 0xff, 0xff, 0xff],
            [0x7f, 0xff, 0xff, 0xff, 1],
        ] as [[UInt8]])
    func `a string whose length is not there is refused`(bytes: [UInt8]) {
        var reader = SSHWire.Reader(bytes)
        #expect(throws: SSHWire.Malformed(expected: bytes.count < 4 ? "a number" : "a string")) {
            try reader.string()
        }
        #expect(Array(reader.rest) == bytes)
    }

    @Test func `a negative number and text that is no UTF-8 are refused`() {
        var number = SSHWire.Reader([0, 0, 0, 1, 0x80])
        #expect(throws: SSHWire.Malformed.self) { try number.magnitude() }
        var text = SSHWire.Reader([0, 0, 0, 1, 0xff])
        #expect(throws: SSHWire.Malformed.self) { try text.text() }
    }
}
