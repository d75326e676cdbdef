/// What HAProxy was told, replayed: how many servers were out at once because of us.
struct DrainLog {
    let mostOutAtOnce: Int

    init(_ changes: [String]) {
        var out: Set<Substring> = []
        var most = 0
        for words in changes.map({ $0.split(separator: " ") }) {
            guard words.count == 5, words[0...1] == ["set", "server"], words[3] == "state" else { continue }
            if words[4] == "ready" { out.remove(words[2]) } else { out.insert(words[2]) }
            most = max(most, out.count)
        }
        mostOutAtOnce = most
    }
}
