import ArgumentParser
import InventoryLoading

/// A duration on the command line, with a unit as in the inventory.
enum DurationOption {
    static func parse(_ text: String) throws -> Duration {
        do throws(ScalarProblem) { return try DurationText.parse(text) } catch {
            throw ValidationError("the time \(error.predicate)" + (error.hint.map { "; \($0)" } ?? ""))
        }
    }
}
