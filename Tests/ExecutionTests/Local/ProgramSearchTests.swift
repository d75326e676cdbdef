import Testing

@testable import Execution

@Suite struct ProgramSearchTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try scratch.write("#!/bin/sh", to: "first/tool", mode: 0o755)
        try scratch.write("#!/bin/sh", to: "second/tool", mode: 0o755)
        try scratch.write("no program", to: "first/notes", mode: 0o644)
        try scratch.write("#!/bin/sh", to: "second/notes", mode: 0o755)
        try scratch.makeDirectory("first/folder")
    }

    private func found(_ program: String) -> String? {
        ProgramSearch.path(of: program, in: "\(scratch("missing"))::\(scratch("first")):\(scratch("second"))")
    }

    @Test func `the first directory that holds the program wins`() {
        #expect(found("tool") == scratch("first/tool"))
    }

    @Test func `what cannot be run is passed over`() {
        #expect(found("notes") == scratch("second/notes"))
        #expect(found("folder") == nil)
        #expect(found("absent") == nil)
        #expect(found("") == nil)
    }

    @Test func `a path is taken as it is`() {
        #expect(found("./absent") == "./absent")
    }

    @Test func `without a search path the system's directories serve`() {
        #expect(["/usr/bin/sh", "/bin/sh"].contains(ProgramSearch.path(of: "sh", in: nil)))
    }
}
