/// One fault, as the table of `Faults.md` calls it.
struct Fault: Sendable {
    /// The part of the table that it stands in.
    enum Family: String, CaseIterable {
        case reaching = "Reaching a host"
        case logins = "Keys and logins"
        case uploads = "Uploads and disks"
        case steps = "Steps and health"
        case balancer = "The balancer"
        case interrupts = "Interrupts"
        case records = "Leases and records"
        case shells = "Shells"
        case output = "Output"
        case names = "Names and addresses"
    }

    let family: Family
    /// Its number in the fault matrix; several lines may have one.
    let number: Int
    let text: String

    init(_ family: Family, _ number: Int, _ text: String) {
        self.family = family
        self.number = number
        self.text = text
    }
}
