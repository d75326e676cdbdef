/// A table of one column: `show backend`.
struct RuntimeTableLines: Sendable {
    let values: [String]

    init(_ text: String) {
        values = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }
}
