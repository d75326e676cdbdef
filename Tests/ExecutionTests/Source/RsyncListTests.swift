import Testing

@testable import Execution

struct RsyncListTests {
    @Test(
        arguments: [
            ("-rw-r--r--           1 2026/11/22 14:15:07 new\\#012line", "new\nline"),
            ("-rw-r--r--  1234567890123 2026/11/22 14:15:07  leading space", " leading space"),
            ("lrwxrwxrwx           9 2026/11/22 14:15:07 a -> b", "a -> b"),
            ("-rw-r--r--           1 2026/11/22 14:15:07 back\\#134#012slash", "back\\#012slash"),
            ("-rw-r--r--           1 2026/11/22 14:15:07 \\#303\\#274.txt", "ü.txt"),
            ("-rw-r--r--           1 2026/11/22 14:15:07 a\\b\\#9", "a\\b\\#9"),
            ("-rw-r--r--           1 2026/11/22 14:15:07 -n", "-n"),
            ("drwxr-xr-x        4096 2026/11/22 14:15:07 .", nil),
            ("", nil), ("sent 20 bytes", nil),
        ] as [(String, String?)])
    func `the name is the rest of the line`(line: String, name: String?) {
        #expect(RsyncList.name(onLine: Array(line.utf8)).map { String(decoding: $0, as: UTF8.self) } == name)
    }

    @Test func `a code above a byte is none`() {
        #expect(RsyncList.unescaped(Array("\\#777".utf8)[...]) == Array("\\#777".utf8))
    }
}
