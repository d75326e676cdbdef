/// Why bytes are not an XML document that we read.
package struct XMLProblem: Error, Sendable, Hashable {
    package var offset: Int
    package var reason: String
}
