/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The chapters, in the order of a day's work. */

#include "hemo-help-chapters.h"

#include <glib/gi18n.h>

const HemoHelpChapter hemo_help_chapters[] = {
  { "start",
    N_ ("How It Begins"),
    { N_ ("The first start asks for the language, the clinic and its administrator, and shows the "
          "recovery code, once. Print it or write it down, and lock it away: it opens the clinic "
          "when every passphrase is lost."),
      N_ ("Then the administrator adds the people under Settings, People, each with a passphrase "
          "of their own, and checks the reference ranges: those that are shipped are a beginning, "
          "not your laboratory's."),
      N_ ("A day: scan or register the patient, Ctrl+Enter accepts the specimen, Enter opens it on "
          "the bench. Capture, count, grade, sign, then print it or write it to a stick."),
      N_ ("Ctrl+L locks the screen, and so does a pause of five minutes; a PIN opens it again. "
          "What was typed stays."),
      N_ ("The tour in the main menu shows the day on five pages."), NULL } },
  { "worklist",
    N_ ("The Worklist"),
    { N_ ("Every specimen that was accepted stands here until its report is signed: urgent ones "
          "first, then those that wait longest."),
      N_ ("Arrow keys choose, Enter opens the case on the bench where the work stopped. F5 takes "
          "the next case that waits."),
      N_ ("Alt+1 to Alt+6 choose a tab: waiting, to sign, critical, today, all, expected. Ctrl+1 "
          "to Ctrl+9 go to the places of the side bar, from everywhere."),
      N_ ("Expected are orders that another program sent: when the specimen comes, Enter takes it "
          "in for that order."),
      N_ ("Delete refuses an expected order that the laboratory cannot carry out: 1 to 4 choose "
          "the reason, Enter ends it, and who ordered is told. Refused Orders lists who refused "
          "what, when and why; until it is sent it can be taken back there."),
      N_ ("Begin to type, or scan a label, and the search opens. A scanned specimen number opens "
          "its case from everywhere."),
      N_ ("“Saved” means that it is on this laptop's disk and survives a power cut. “Backed up” "
          "means that a copy elsewhere was read back and is less than seven days old."),
      NULL } },
  { "registration",
    N_ ("A New Patient"),
    { N_ ("Ctrl+N. One of the names is enough; the age may be typed as 34y, 8m or 12d, or as a "
          "date. What was understood stands below."),
      N_ ("If somebody alike is known already, it is shown beside the form, with what agrees and "
          "what differs. Choose that person instead of making a second record."),
      N_ ("Ctrl+Enter saves and goes on to the specimen; Ctrl+Enter again accepts it and shows its "
          "number, with a label to print."),
      N_ ("What you typed and did not save is kept, encrypted, also when the power goes."),
      NULL } },
  { "patients",
    N_ ("Patients and Their History"),
    { N_ ("All cases of a person, and the results over time as curves against their reference "
          "range."),
      N_ ("Two records of one person can be merged. Nothing is lost by it, and it can be taken "
          "back."),
      NULL } },
  { "bench",
    N_ ("The Bench"),
    { N_ ("F2 fields, F3 count, F4 morphology, F6 malaria, F7 report."),
      N_ ("Space captures the field. A frame that is out of focus is refused with the reason; "
          "Shift+Space keeps it all the same. Backspace takes the last one back."),
      N_ ("Count with the keys Q W E R T and Y U I O; N is for nucleated red cells, which stand "
          "outside the hundred. It is the place of the key that counts, with every layout. "
          "Backspace takes the last cell back."),
      N_ ("Each cell is on the disk before the next one. After a power cut the count goes on at "
          "the very cell."),
      N_ ("At 100 cells a chime sounds. Count 100 more where the program suggests it: a value is "
          "flagged, but its interval reaches back inside the range."),
      N_ ("Open a field with Enter and press F9: the program looks for red cells, white cells and "
          "platelets. Nothing of it counts before you accept the field with A. N and the arrow "
          "keys "
          "choose a mark, X takes it back, K makes it another kind, I adds one."),
      N_ ("A takes the acceptance of a field back as well, unless a closed count holds its cells. "
          "How sure the marks have to be is said before a field is accepted. L looks again; what "
          "you touched or counted stays. X in the gallery takes a cell out that is none."),
      N_ ("G shows the white cells of the accepted fields by class. Enter counts the chosen one, "
          "the key of a class moves it there first. The report says what found them and who "
          "confirmed them."),
      N_ ("The program knows segmented neutrophils, lymphocytes, monocytes, eosinophils and "
          "basophils only, on thin films of blood. A band, a blast, an immature, a nucleated red "
          "or a smudged cell gets one of these names, or none: they are yours to name. It knows no "
          "parasites. Where light, focus, colour or scale are outside of what it was trained on, "
          "its marks are dashed, and A asks before it accepts them."),
      N_ ("There B looks by brightness instead: the classical method, less exact, without the "
          "trained detector. The report says that it was used."),
      N_ ("Ctrl+D, here and in the worklist, corrects what was accepted: tests, urgency, who asks, "
          "the clinical note, the time of collection. It adds slides and prints labels again. No "
          "result is deleted by it, and a signed report has to be signed anew."),
      N_ ("Ctrl+R, or the menu at the top, rejects a specimen that turns out to be clotted, "
          "haemolysed "
          "or otherwise of no use. A preliminary report of it is withdrawn on the report's page."),
      N_ ("Malaria, thick film: parasites against 200 white cells, and 500 when fewer than 100 "
          "parasites were seen; the count extends by itself."),
      NULL } },
  { "report",
    N_ ("The Report"),
    { N_ ("At the left the paper as it will be printed, at the right what is missing. Once it is "
          "signed, the paper at the left is the stored one, whatever is changed in the record "
          "afterwards."),
      N_ ("A critical value asks for the call: who was told, when, and whether it was read back. "
          "Without it the report cannot be signed."),
      N_ ("When nobody answers, record that: “Nobody was reached”, and who was tried. The report "
          "is "
          "signed with it, and the worklist asks for the call until somebody has been told."),
      N_ ("Ctrl+Enter signs, with your PIN. What was signed is never changed: a correction is a "
          "new version that names the one it replaces."),
      N_ ("“Withdraw” is for a report that nobody may use: of the wrong patient, or of a specimen "
          "that was rejected. The new paper says WITHDRAWN and why, and has no results."),
      N_ ("The program counts what you counted. It makes no diagnosis, and its reference ranges "
          "are "
          "your laboratory's own responsibility."),
      NULL } },
  { "reading",
    N_ ("Asking a Pathologist"),
    { N_ ("“Send to the Pathologist” beside a signed report (Ctrl+T) asks somebody to read the "
          "case. The worklist says “Reading asked”, and “Read” once a person has answered."),
      N_ ("A pathologist finds what waits under Reading: Enter opens it, Page Up and Page Down go "
          "through the fields, Ctrl+H takes the case in hand so that the clinic sees who reads "
          "it, Ctrl+Enter sends the answer."),
      N_ ("A picture that has not come yet can be asked for: it is sent before all others once the "
          "clinic has a connection."),
      N_ ("An answer never changes the report. Where something else was seen the chip says "
          "“differs”: amend the report, and ask again if it has to be read again."),
      N_ ("Who asked takes the question back with the arrow beside it, and says why. Who has "
          "answered can say it anew; the answer before stays in the record's history."),
      NULL } },
  { "export",
    N_ ("To a Stick or a Printer"),
    { N_ ("Put the stick in; it appears by itself. Choose what is to be written, and wait for "
          "“Safe to remove”."),
      N_ ("Every file is read back and compared. When a stick is pulled too early, the screen says "
          "which cases arrived; nothing on this laptop is changed by it."),
      N_ ("With a password the PDF asks for it, and everything else is in one sealed package. Tell "
          "the password in another way than the stick."),
      NULL } },
  { "safety",
    N_ ("Where the Records Are"),
    { N_ ("Four numbers: saved here, backed up, received by the server, read by the pathologist. "
          "None of them is ever guessed."),
      N_ ("Back up to a stick or a disk that is kept elsewhere, at least once a week. A backup is "
          "encrypted and is read back before it counts."),
      N_ ("If this laptop is lost or broken: install Hemogram on another, choose “Bring a Clinic "
          "Back from a Backup”, and use your passphrase or the recovery code."),
      N_ ("An administrator sets servers up under Settings, Servers, and tries each with Test. "
          "From "
          "then on results, small pictures and originals leave by themselves whenever there is a "
          "connection, also while the screen is locked. Nothing is called received before the "
          "server has proven it."),
      N_ ("What a server refuses lies on the shelf with its reason: mend it, then choose Try "
          "Again. Pause holds everything back until Resume; Send Now does not wait for the next "
          "try."),
      N_ ("“Go On When the Window Is Closed” keeps sending and asking after the window is closed, "
          "with "
          "nobody signed in; Ctrl+Q ends it. When a result comes back the desktop says so, without "
          "a "
          "name; it is withdrawn when somebody has looked at the case."),
      NULL } },
  { "settle",
    N_ ("Two Versions of One Record"),
    { N_ ("When two people change the same record on two computers, the program merges what does "
          "not "
          "overlap and shows the rest under Safety, “Wait for a Person”. Until it is decided, what "
          "is "
          "here is used here and not sent."),
      N_ ("Of a patient or an order each field is decided by itself: as here, as there, or "
          "something "
          "else. “All as Here” and “All as There” mark every field. Specimens and reports are "
          "taken "
          "whole, and nothing that was signed here is ever changed by it."),
      N_ ("A decision can be taken back with Undo (Ctrl+Z) as long as it was not sent. Both "
          "versions "
          "stay in the history, whatever is decided."),
      NULL } },
  { "courier",
    N_ ("Carrying Results on a Stick"),
    { N_ ("Without a connection: write what waits to a stick, carry it to a computer of this "
          "clinic "
          "that has one, and read the stick there. It sends on what is on it. Carry the same stick "
          "back and read it here: only the proof that it brings makes anything received."),
      N_ ("The stick is sealed and signed. An old, mixed up, damaged or forged stick changes "
          "nothing; "
          "what is on it that should not be there is named. A stick may be written and read as "
          "often "
          "as one likes."),
      NULL } },
  { "settings",
    N_ ("Settings and Lost Passphrases"),
    { N_ ("A lost passphrase: at the door, type anything, then choose “Use the Recovery Code”. "
          "Without passphrase and recovery code nobody can open the clinic, whoever made the "
          "program "
          "included."),
      N_ ("Who leaves the clinic is disabled under People: the store gets a new key, and what was "
          "written in that name stays."),
      N_ ("Calibrate each objective with a stage micrometer before lengths are believed."),
      NULL } },
  { "audit",
    N_ ("The Audit Log"),
    { N_ ("Every sign-in, view, change, export, signature and refusal is a row. The rows are "
          "chained: one that is changed or missing is found by Verify, which names it."),
      NULL } },
  { "passphrase",
    N_ ("A Lost Passphrase"),
    { N_ ("At the door choose your name, type anything, then “Use the Recovery Code”: the code "
          "from the paper gives you a new passphrase. The audit log keeps that it was used."),
      N_ ("Whoever has read the code can open the clinic: an administrator makes a new one "
          "afterwards under Settings, Security, and the old paper is worth nothing then."),
      N_ ("Without passphrase and recovery code the records cannot be opened by anybody. Begin a "
          "new clinic; what was printed, written to sticks or received by a server is still "
          "there."),
      N_ ("After wrong tries one has to wait, longer each time. Nothing is deleted by them."),
      NULL } },
  { "trouble",
    N_ ("What to Do When…"),
    { N_ ("… the power goes: nothing. What was called saved is there at the next start, a count "
          "goes on at the very cell, and what was half typed is kept."),
      N_ ("… there is no camera: plug it in again, it is found by itself. Fields can also be "
          "opened from files with Ctrl+O or pasted with Ctrl+V, and a count needs no picture at "
          "all."),
      N_ ("… a field is refused as out of focus: turn the fine focus until the meter is green and "
          "says so, or keep it with Shift+Space."),
      N_ ("… the disk is full: write cases to a stick, back up, and ask the administrator to make "
          "room. What was saved stays saved."),
      N_ ("… the stick is full or was pulled too early: the screen names the cases that arrived. "
          "Put in another and write again; a file is never taken for good before it was read "
          "back."),
      N_ ("… the printer does not print: save the report as a PDF on a stick and print it "
          "elsewhere. It is the same, byte for byte."),
      N_ ("… the server does not answer: go on working. Everything waits and is sent by itself; "
          "Safety says since when and why. What is refused lies on the shelf."),
      N_ ("… date or time are wrong: a banner says so. Set the computer's clock; signing asks for "
          "the date and time and prints that they were entered by hand."),
      N_ ("… two laptops changed the same case: both versions are kept, and a person chooses under "
          "Safety or on the bench."),
      N_ ("… a wrong patient was taken: do not sign. A signed report is amended with its reason, "
          "and the old one stays in the history."),
      N_ ("… the laptop is lost or stolen: nobody reads it without a passphrase. Bring the newest "
          "backup back on another one, and disable whoever knew the passphrase."),
      NULL } },
  { "everybody",
    N_ ("Keys, Sounds, Large Text"),
    { N_ ("Everything is done with keys alone. Tab goes on, Shift+Tab back, Alt and an underlined "
          "letter chooses, the arrows move in lists, Escape closes. Ctrl+? lists all of "
          "them."),
      N_ ("A screen reader reads every control, and while you count it says where the count stands "
          "whenever you pause."),
      N_ ("Sounds are chosen under Settings, Counting: one for each cell, one at the target, one "
          "for a key that does nothing. Each can be off."),
      N_ ("All of it can be done from a terminal as well: hemogram-cli, or where Hemogram was "
          "installed as a Flatpak: flatpak run --command=hemogram-cli org.hemogram.Hemogram"),
      N_ ("Text size, high contrast and less motion are those of the desktop; light, dark and the "
          "language are under Settings, Language and Look."),
      N_ ("No colour speaks alone: beside each stands a word or a sign."), NULL } },
  { NULL, NULL, { NULL } },
};
