/// What a fault led to, as a scenario saw it: one line of the table.
struct FaultLine {
    let fault: Fault
    /// Who receives traffic at the end, by the balancer itself.
    var rotation: String
    /// What `current` means on the hosts.
    var releases: String
    /// How the program ended.
    var ending: String
    /// What it said of the fault.
    var message: String

    /// As it stands in the page.
    var markdown: String {
        Self.beginning(of: fault)
            + [rotation, releases, ending, message].map { Self.cell($0) }.joined(separator: " | ") + " |"
    }

    /// What tells this fault's line from the others.
    static func beginning(of fault: Fault) -> String {
        "| \(fault.number) | \(cell(fault.text)) | "
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
}
