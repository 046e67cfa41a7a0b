// What a person should be told before another try, by key.

/// A key that an application has words for. Raw values are those of `idv.v1.UserMessage`, whose text explains each: never
/// change one. None tells what was measured, which would teach an attacker.
package enum UserMessage: Int32, Sendable, CaseIterable {
  case tryAgain = 1
  case keepFaceInView = 2
  case onlyOnePerson = 3
  case comeCloser = 4
  case moveBack = 5
  case moveToEvenLight = 6
  case moreLight = 7
  case lessLight = 8
  case holdStill = 9
  case lookStraight = 10
  case uncoverFace = 11
  case followActionsInOrder = 12
  case actClearly = 13
  case onlyActionsShown = 14
  case readDigitsAloud = 15
  case screenBrightnessUp = 16
  case followDistance = 17
  case recordLonger = 18
  case cleanCamera = 19
  case useOtherWay = 20
  case openEyes = 21
  case readTextAloud = 30
  case readWholeText = 31
  case speakLouder = 32
  case speakSofter = 33
  case goToQuietPlace = 34
  case speakSlower = 35
  case speakWithoutPauses = 36
  case onlyYouSpeak = 37
  case answerAloud = 38
  case nodToEachPrompt = 39
  case microphoneOn = 40
  case faceCameraWhileSpeaking = 41
}
