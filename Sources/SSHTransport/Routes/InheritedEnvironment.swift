internal import Subprocess

extension Environment {
    /// This process's environment without some of its variables.
    static func inherited(without names: Set<String>) -> Environment {
        .inherit.updating(
            Dictionary(names.compactMap { name in Key(rawValue: name).map { ($0, String?.none) } }) { first, _ in first
            })
    }
}
