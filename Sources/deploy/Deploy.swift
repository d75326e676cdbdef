import ArgumentParser
@main struct Deploy: AsyncParsableCommand { mutating func run() async throws { print("deploy") } }
