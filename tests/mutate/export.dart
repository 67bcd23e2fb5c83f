// @path lib/export.dart
// @finds client-side-secret@error discouraged-credential@note
// @rename answer day
// @split /api/2.0/export
// @split 7c41be09d35fa8260e9d1b4a76f3c852
// @constant nightlyValue
import 'dart:convert';

import 'package:flutter/material.dart';
import 'package:http/http.dart' as http;

const nightlyValue = '7c41be09d35fa8260e9d1b4a76f3c852';
// ~
const limit = 20;
// ~
int count(String text) {
  return text.length;
}
// ~
Future<void> export(String day) async {
  // <
  final login = base64Encode(utf8.encode(nightlyValue + ':'));
  final answer = await http.get(
    Uri.parse('https://data.mixpanel.com/api/2.0/export' + '?from_date=$day'),
    headers: {'Authorization': 'Basic $login'},
  );
  print(count(answer.body));
  // >
}
