import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(20))) struct HostileFileNamesTests {
    @Test func `4,000 files with hostile names arrive, and later deploys send only what differs`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let release = try LabRelease.make("2", in: lab)
            try writeTree(below: release.path)
            let inventory = try fleet.writeInventory(release)
            let arguments = ["--inventory", inventory, "--format", "json"]

            let first = try await fleet.deploy(arguments)
            #expect(first.status == 0, first.shown)
            for host in fleet.hosts { #expect(differences(release.path, "\(host.base)/current") == []) }

            let second = try await fleet.deploy(["--inventory", inventory])
            #expect(second.status == 0, second.shown)
            #expect(second.text.contains("already deployed"), second.shown)

            // A fresh checkout has the same content and new times.
            try touchAll(below: release.path)
            let fresh = try await fleet.deploy(arguments, environment: ["CI": "true"])
            #expect(fresh.status == 0, fresh.shown)
            #expect(transferred(fresh).files == 0)

            try Data("changed\n".utf8).write(to: URL(fileURLWithPath: "\(release.path)/plain/0"))
            try touchAll(below: release.path)
            let changed = try await fleet.deploy(arguments, environment: ["CI": "true"])
            #expect(changed.status == 0, changed.shown)
            #expect(transferred(changed) == (files: 2, bytes: 16), "one file to each of two hosts")
            for host in fleet.hosts { #expect(differences(release.path, "\(host.base)/current") == []) }
        }
    }

    @Test func `one changed file costs one file, and the others are hard links`() async throws {
        try await Lab.scenario { lab in
            let fleet = try await Fleet.start(in: lab)
            let release = try LabRelease.make("2", in: lab)
            let inventory = try fleet.writeInventory(release)
            let arguments = ["--inventory", inventory, "--format", "json"]
            #expect(try await fleet.deploy(arguments).status == 0)
            let host = try fleet.host("web-1")
            let unchanged = inode("\(host.base)/current/server.py")

            try lab.write("2.1\n", to: "versions/2/VERSION")
            let run = try await fleet.deploy(arguments)
            #expect(run.status == 0, run.shown)
            #expect(transferred(run) == (files: 2, bytes: 8), "one file of 4 bytes to each of two hosts")
            #expect(fleet.versions == ["2.1", "2.1"])
            #expect(inode("\(host.base)/current/server.py") == unchanged)
        }
    }

    // MARK: Private

    private func transferred(_ run: LabCommandResult) -> (files: Int, bytes: Int64) {
        let uploads = run.events.filter { $0.event == "host.upload_measured" }
        return (
            uploads.reduce(0) { $0 + ($1.transferredFiles ?? 0) }, uploads.reduce(0) { $0 + ($1.transferredBytes ?? 0) }
        )
    }

    /// 4,000 files in eight folders.
    private func writeTree(below root: String) throws {
        let folders = [
            "plain", "with space", "quote's \"both\"", "new\nline", "-rf", "ünïcödé 日本語", "$(touch x) `id`",
            "back\\slash*?[]",
        ]
        let names = [
            "", " leading space", "trailing space ", "--delete", "-", "a\nb\n", "'", "\"", "#x", "%s", "~", "é", "🚀",
            ":", "\t",
        ]
        for folder in folders {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
            for index in 0..<500 {
                let name = folder == "plain" ? "\(index)" : "\(names[index % names.count])\(index)"
                let path = "\(root)/\(folder)/\(name)"
                guard FileManager.default.createFile(atPath: path, contents: Data("\(folder) \(index)\n".utf8)) else {
                    throw LabError("`\(path)` could not be made")
                }
            }
        }
    }

    private func touchAll(below root: String) throws {
        let files = FileManager.default.enumerator(atPath: root)
        while let file = files?.nextObject() as? String {
            #expect(utimes("\(root)/\(file)", nil) == 0)
        }
    }

    /// The files that are not the same in the copy.
    private func differences(_ original: String, _ copy: String) -> [String] {
        var different: [String] = []
        let files = FileManager.default.enumerator(atPath: original)
        while let file = files?.nextObject() as? String {
            if !FileManager.default.contentsEqual(atPath: "\(original)/\(file)", andPath: "\(copy)/\(file)"),
                files?.fileAttributes?[.type] as? FileAttributeType == .typeRegular
            {
                different.append(file)
            }
        }
        return different
    }

    private func inode(_ path: String) -> UInt {
        var status = stat()
        return lstat(path, &status) == 0 ? UInt(status.st_ino) : 0
    }
}
