/// What `deploy --version` says.
enum ProgramVersion {
    static let number = "0.1.0"

    static var text: String { "deploy \(number) (\(Wiring.libraryVersions))" }
}
