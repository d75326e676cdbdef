/// Why a text is not a value of its kind, to be said after the name of its key: "`port` " + predicate.
package struct ScalarProblem: Error, Equatable {
    package var predicate: String
    package var hint: String?

    init(_ predicate: String, hint: String? = nil) {
        self.predicate = predicate
        self.hint = hint
    }
}
