/// An element of an answer: its local name, its text, its children. Attributes and namespaces are not kept; nothing that
/// AWS's Query protocol says is in them.
package struct AnswerElement: Sendable, Hashable {
    package var name: String
    /// Of the element itself, without the white space around it.
    package var text: String
    package var children: [AnswerElement]

    package init(_ name: String, text: String = "", children: [AnswerElement] = []) {
        self.name = name
        self.text = text
        self.children = children
    }

    /// The first child of that name.
    package subscript(name: String) -> AnswerElement? { children.first { $0.name == name } }

    /// What is at the end of a path of children.
    package subscript(path: [String]) -> AnswerElement? {
        path.reduce(self as AnswerElement?) { element, name in element?[name] }
    }

    /// The text of a child, `nil` where there is none or nothing in it.
    package func text(_ names: String...) -> String? {
        self[names].flatMap { $0.text.isEmpty ? nil : $0.text }
    }

    /// The elements of a list: `member`, or EC2's `item`.
    package func list(_ names: String...) -> [AnswerElement] {
        self[names]?.children.filter { $0.name == "member" || $0.name == "item" } ?? []
    }

    /// The first element of that name, in the order of the text, this one included.
    package func first(named name: String) -> AnswerElement? {
        if self.name == name { return self }
        for child in children {
            if let found = child.first(named: name) { return found }
        }
        return nil
    }
}
